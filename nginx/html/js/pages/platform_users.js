/* People of all organisations: found by how the address or the name begins. */

import { byId } from '../dom.js';
import { startPlatform } from '../platform/frame.js';
import { peopleTable } from '../platform/people.js';

async function start() {
  const me = await startPlatform(byId('people'));
  if (me) {
    peopleTable(byId('people'), { me });
  }
}

start();
