/* What the organisation says about itself. */

import { settingsPage } from '../settings/frame.js';
import { profileSection } from '../settings/profile.js';

settingsPage('/api/portal/profile', profileSection);
