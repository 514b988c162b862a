/** The view of themes. */

import { keys } from "./page.js";

keys({});
