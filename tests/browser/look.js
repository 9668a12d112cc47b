/* What page.py asks of a page; every function here answers with plain data. */

function shown(element) {
  return element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && element.getClientRects().length > 0;
}

function texts(css) {
  return Array.from(document.querySelectorAll(css)).filter(shown).map((element) => element.innerText || element.textContent);
}

function nameOf(element) {
  const labelled = (element.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)).filter(Boolean);
  const labels = Array.from(element.labels || []);
  const text = element.getAttribute('aria-label') || labelled.concat(labels).map((one) => one.textContent).join(' ')
    || element.textContent || element.getAttribute('title') || '';
  return text.replace(/\s+/g, ' ').trim();
}

function ring(element) {
  const style = getComputedStyle(element);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== 'rgba(0, 0, 0, 0)';
}

/* The element whose outline shows the focus: itself, the card around a hidden radio button, or the box beside it. */
function ringOf(element) {
  return [element, element.closest('label'), element.nextElementSibling].find((one) => one && ring(one)) || null;
}

/* At least a part of it must be on screen with nothing of the page over it. */
function uncovered(element) {
  const box = element.getBoundingClientRect();
  const xs = [0.1, 0.5, 0.9].map((part) => box.left + box.width * part);
  const ys = [0.1, 0.5, 0.9].map((part) => box.top + box.height * part);
  return ys.some((y) => xs.some((x) => {
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element) && top !== document.body && top !== document.documentElement
      && top.tagName !== 'MAIN');
  }));
}

function focus() {
  const element = document.activeElement;
  const out = { name: '', css: element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') + (element.className ? '.' + String(element.className).replace(/\s+/g, '.') : '') };
  if (element === document.body) {
    return Object.assign(out, { ring: true, uncovered: true, ok: true, body: true });
  }
  const mark = ringOf(element);
  out.name = nameOf(element);
  out.ring = Boolean(mark);
  out.uncovered = uncovered(mark || element);
  out.ok = out.ring && out.uncovered;
  return out;
}

/* Everything that Tab must reach: one entry a radio group. */
function controls() {
  const found = Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'))
    .filter((element) => shown(element) && !element.disabled && element.tabIndex >= 0 && !element.closest('[inert]'));
  const groups = new Set();
  return found.filter((element) => {
    if (element.type !== 'radio') {
      return true;
    }
    const first = !groups.has(element.name);
    groups.add(element.name);
    return first;
  }).map((element) => (element.type === 'radio' ? 'radio ' + element.name : element.tagName.toLowerCase() + ' ' + nameOf(element)));
}

function control() {
  const element = document.activeElement;
  return element.type === 'radio' ? 'radio ' + element.name : element.tagName.toLowerCase() + ' ' + nameOf(element);
}

/* A box that scrolls on its own, or one that cuts off an ornament without words. */
function keepsIn(parent, element) {
  const style = getComputedStyle(parent).overflowX;
  return /(auto|scroll)/.test(style) || (/(hidden|clip)/.test(style) && !element.textContent.trim());
}

function overflow() {
  const root = document.documentElement;
  const width = root.clientWidth;
  const outside = Array.from(document.body.querySelectorAll('*')).filter((element) => {
    const box = element.getBoundingClientRect();
    if (!shown(element) || box.width <= 1 || box.height <= 1 || box.right <= width + 1) {
      return false;
    }
    for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
      if (keepsIn(parent, element)) {
        return false;
      }
    }
    return getComputedStyle(element).position !== 'fixed' || root.scrollWidth > width;
  });
  const names = outside.slice(0, 5).map((element) => element.tagName.toLowerCase() + '.' + String(element.getAttribute('class')) + ' to '
    + Math.round(element.getBoundingClientRect().right));
  return root.scrollWidth > width ? ['the page is ' + root.scrollWidth + ' wide'].concat(names) : names;
}

/* Addresses of links, images, scripts and style sheets. */
function links() {
  const found = Array.from(document.querySelectorAll('a[href], link[href], script[src], img[src]'))
    .map((element) => element.getAttribute('href') || element.getAttribute('src')).filter((one) => !/^(#|data:)/.test(one));
  return Array.from(new Set(found));
}
