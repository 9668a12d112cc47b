/* Organisation: five sections, each loaded and saved on its own; who may not change one can read it. */

import { byId, replace } from '../dom.js';
import { get } from '../api.js';
import { errorBox, notice } from '../forms.js';
import { startShell } from '../shell.js';
import { ADMINS } from '../constants.js';
import { profileSection } from '../settings/profile.js';
import { toolsSection } from '../settings/tools.js';
import { charactersSection } from '../settings/characters.js';
import { languageSection } from '../settings/language.js';
import { brandingSection } from '../settings/branding.js';

const PARTS = ['profile', 'tools', 'characters', 'language', 'branding'];

async function section(name, show) {
  const box = byId(name + '-box');
  try {
    show(box, await get('/api/portal/' + name));
  } catch (error) {
    replace(box, errorBox(error, () => section(name, show)));
  }
  box.removeAttribute('aria-busy');
}

/* The sections were empty when the browser looked for the place in the address. */
function goToPart() {
  const part = window.location.hash ? byId(window.location.hash.slice(1)) : null;
  if (part) {
    part.scrollIntoView();
    part.focus({ preventScroll: true });
  }
}

async function start() {
  let user = null;
  try {
    user = await startShell();
  } catch (error) {
    replace(byId('hint'), errorBox(error, () => window.location.reload()));
    PARTS.forEach((name) => {
      byId(name + '-box').removeAttribute('aria-busy');
      byId(name + '-box').closest('.card').hidden = true;
    });
    return;
  }
  const admin = ADMINS.indexOf(user.role) >= 0;
  const leads = admin || user.role === 'FACILITATOR';
  if (!admin) {
    replace(byId('hint'), notice('mid', 'info', 'You can read all of this. Administrators change it'
      + (leads ? '; you can change characters and your own language.' : '; you can change your own language.')));
  }
  await Promise.all([
    section('profile', (box, data) => profileSection(box, data, user, admin)),
    section('tools', (box, data) => toolsSection(box, data, admin)),
    section('characters', (box, data) => charactersSection(box, data, leads)),
    section('language', (box, data) => languageSection(box, data, admin)),
    section('branding', (box, data) => brandingSection(box, data, user, admin))
  ]);
  goToPart();
}

start();
