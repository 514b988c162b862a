/** The view of codebook. */

import { keys } from "./page.js";

keys({});
