/** The view of progress. */

import { keys } from "./page.js";

keys({});
