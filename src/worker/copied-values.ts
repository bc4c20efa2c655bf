/** `longhaul logs` leaves out what copied files hold, too, and may not import activities. */
export { readMask } from '../activities/copied-values.js';
