/* The platform's own log. */

import { h, byId } from '../dom.js';
import { fillList, startPlatform } from '../platform/frame.js';
import { entryNode } from '../platform/log.js';

async function start() {
  if (await startPlatform(byId('log'))) {
    await fillList({
      box: byId('log'), more: byId('log-more'), path: '/api/admin/audit-log', list: h('ol', { class: 'log' }), node: entryNode(true),
      empty: h('p', { class: 'muted' }, 'Nothing has happened yet.'), noun: ['entry', 'entries']
    });
  }
}

start();
