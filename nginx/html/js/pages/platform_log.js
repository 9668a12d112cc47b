/* The platform's own log. */

import { byId } from '../dom.js';
import { startPlatform } from '../platform/frame.js';
import { logTable } from '../platform/log.js';

async function start() {
  if (await startPlatform(byId('log'))) {
    logTable(byId('log'), null);
  }
}

start();
