/* Languages of new exercises. */

import { settingsPage } from '../settings/frame.js';
import { languageSection } from '../settings/language.js';

settingsPage('/api/portal/language', languageSection);
