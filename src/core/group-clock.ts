/** How long a group with a timeout has been at work. */
export interface GroupClock {
  /** Time in which a member had a turn; it stands still with the campaign. */
  readonly activeMs: number;
  readonly expired: boolean;
}

export const NEW_CLOCK: GroupClock = { activeMs: 0, expired: false };
