/** The token in what somebody pasted: people paste the whole address as often as the token in it. */
export function tokenOf(pasted: string): string {
  return /[?&]token=([^&#\s]+)/.exec(pasted)?.[1] ?? pasted.trim();
}
