/*
 * What becomes of a field of the profile in a sentence: the rules of apps/exercises/slots.c, for the preview while one
 * types. A browser test compares the two.
 */

const MAX = 120;
const ARTICLE = /^(the|a|an|our|your|its|their) /i;
const MODELS = ['in-house', 'inhouse', 'internal', 'own', 'none', 'no', 'hybrid', 'outsourced', 'external', 'managed', 'mssp', 'co-managed',
  'shared', 'partly', '24/7', '24x7', 'business', 'soc', 'follow', 'virtual'];
const INTRODUCING = [' to ', ' by ', ' with ', ' from ', ': ', '('];

function firstPart(text, ends) {
  const trimmed = text.replace(/^[ \t\r\n]+/, '');
  const end = trimmed.search(ends);
  const part = (end < 0 ? trimmed : trimmed.slice(0, end)).replace(/[ \t\r\n.]+$/, '');
  return part && Array.from(part).length <= MAX ? part : '';
}

/* "Customer database" begins in upper case because a line does; "Salesforce CRM" and "IT" are names. */
function withoutCapital(text, singleWord) {
  const space = text.indexOf(' ');
  const sentence = /^[A-Z][a-z]/.test(text) && (space < 0 ? singleWord : /[a-z]/.test(text.charAt(space + 1)));
  return sentence ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function withArticle(text) {
  if (ARTICLE.test(text)) {
    return /^[A-Z][^A-Z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
  }
  const plain = withoutCapital(text, false);
  return /^[a-z]/.test(plain) ? 'the ' + plain : plain;
}

function provider(text) {
  if (!text.trim()) {
    return '';
  }
  const found = INTRODUCING.map((word) => [text.indexOf(word), word])
    .filter((pair) => pair[0] >= 0 && /^([A-Z]|the )/.test(text.slice(pair[0] + pair[1].length)));
  const low = text.toLowerCase();
  if (!found.length && MODELS.some((model) => low.startsWith(model) && !/[a-z0-9]/.test(low.charAt(model.length)))) {
    return '';
  }
  return firstPart(found.length ? text.slice(found[0][0] + found[0][1].length) : text, /[,;()\r\n]/);
}

/* The words for a field as a story has them, an English one or another; '' when the story keeps its own. */
export function storyWords(field, text, english) {
  const value = String(text || '').trim();
  if (field === 'socModel') {
    return provider(value);
  }
  const part = firstPart(value, field === 'criticalAssets' ? /[,;\r\n]/ : /[\r\n]/);
  if (!part || !english) {
    return part;
  }
  if (field === 'criticalAssets' || field === 'regulatoryBodies') {
    return withArticle(part);
  }
  return field === 'industry' ? withoutCapital(part, true) : part;
}

export function capital(text) {
  return /^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
