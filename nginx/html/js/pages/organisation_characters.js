/* People who can be picked for stories. */

import { settingsPage } from '../settings/frame.js';
import { charactersSection } from '../settings/characters.js';

settingsPage('/api/portal/characters', charactersSection);
