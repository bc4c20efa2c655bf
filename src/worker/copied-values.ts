/** `longhaul logs` leaves out what copied files hold, too, and `check` looks at them; neither may import activities. */
export { canMaskAll, readMask } from '../activities/copied-values.js';
