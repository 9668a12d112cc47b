/* Text that people typed or pasted: keeping its direction to itself, and the addresses in what mail programs copy. */

const FSI = '\u2068';
const PDI = '\u2069';
/* Letters that run from right to left, and marks that change the direction. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;

/* Without marks that close what is not open, and with those that close what is. */
export function balanced(text) {
  if (!/[\u2066-\u2069]/.test(text)) {
    return text;
  }
  let open = 0;
  const out = Array.from(text).filter((one) => {
    const closes = one === PDI;
    const keep = !closes || open > 0;
    open += /[\u2066-\u2068]/.test(one) ? 1 : 0;
    open -= closes && keep ? 1 : 0;
    return keep;
  });
  return out.join('') + PDI.repeat(open);
}

/* A name between words of ours: whatever is in it, the words keep their order. */
export function isolated(text) {
  const value = String(text === null || text === undefined ? '' : text);
  return TURNS.test(value) ? FSI + balanced(value) + PDI : value;
}

/* "b@x, c@y (Jane)": what stands between separators; in brackets are remarks. */
function bare(text) {
  return text.replace(/\([^()]*\)/g, ' ').split(/[\s,;]+/).map((one) => one.replace(/^mailto:/i, '')).filter(Boolean);
}

/* "Doe, Jane (IT) <jane@x>, b@y": before a bracket stands a name, whose commas separate nothing; before that there may be addresses. */
function ofEntry(entry) {
  const found = [];
  const rest = entry.replace(/([^<>]*)<([^<>]*)>/g, (all, before, inside) => {
    before.split(',').slice(0, -1).filter((one) => one.indexOf('@') > 0).forEach((one) => found.push(...bare(one)));
    found.push(...bare(inside));
    return ' ';
  });
  return found.concat(bare(rest));
}

/* The addresses in a list as people type it or a mail program copies it, each once. */
export function addresses(text) {
  const plain = text.normalize('NFC').replace(/[；、]/g, ';').replace(/，/g, ',').replace(/\[mailto:([^\]]*)\]/gi, '<$1>')
    .replace(/"(?:[^"\\\r\n]|\\.)*"(?=\s*<)/g, ' ').replace(/\s+</g, ' <');
  const seen = {};
  return plain.split(/[;\r\n]+/).reduce((list, entry) => list.concat(ofEntry(entry)), []).filter((one) => {
    const key = ' ' + one.toLowerCase();
    const fresh = !seen[key];
    seen[key] = true;
    return fresh;
  });
}

/* One address pasted with a name around it into a field for one. */
export function bareAddressOnPaste(event) {
  const pasted = event.clipboardData ? event.clipboardData.getData('text/plain') : '';
  const found = addresses(pasted);
  if (event.target.type !== 'email' || found.length !== 1 || found[0] === pasted || found[0].indexOf('@') < 1) {
    return;
  }
  event.preventDefault();
  event.target.value = found[0];
  event.target.dispatchEvent(new Event('input', { bubbles: true }));
}
