/** The view of interviews. */

import { keys } from "./page.js";

keys({});
