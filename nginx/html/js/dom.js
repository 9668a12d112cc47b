/* Builds DOM without markup strings: h() for HTML, s() for SVG. All text goes through text nodes. */

import { balanced } from './text.js';

const SVG_NS = 'http://www.w3.org/2000/svg';

function append(node, child) {
  if (child === null || child === undefined || child === false) {
    return;
  }
  if (Array.isArray(child)) {
    child.forEach((one) => append(node, one));
  } else if (child instanceof Node) {
    node.appendChild(child);
  } else {
    node.appendChild(document.createTextNode(balanced(String(child))));
  }
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    return;
  }
  if (name.slice(0, 2) === 'on' && typeof value === 'function') {
    node.addEventListener(name.slice(2), value);
  } else if (name === 'class') {
    node.setAttribute('class', value);
  } else if (name === 'value' && 'value' in node) {
    node.value = value;
  } else {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

function fill(node, attributes, children) {
  Object.keys(attributes || {}).forEach((name) => setAttribute(node, name, attributes[name]));
  append(node, children);
  return node;
}

export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG_NS, tag), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

export function clear(node) {
  while (node.firstChild) {
    node.removeChild(node.firstChild);
  }
  return node;
}

export function replace(node, ...children) {
  clear(node);
  append(node, children);
  return node;
}

/* Text split on blank lines becomes paragraphs; single line breaks stay as breaks. */
export function paragraphs(text) {
  return String(text || '').split(/\n\s*\n/).filter((part) => part.trim()).map((part) => {
    const lines = part.trim().split('\n');
    return h('p', null, lines.map((line, index) => [index ? h('br') : null, line]));
  });
}

export function focusOn(node) {
  if (!node) {
    return;
  }
  if (!node.matches('a[href], button, input, select, textarea, [tabindex]')) {
    node.setAttribute('tabindex', '-1');
  }
  node.focus();
}
