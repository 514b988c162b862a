/** The view of tables. */

import { keys } from "./page.js";

keys({});
