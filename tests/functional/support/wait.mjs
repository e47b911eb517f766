// Waiting without guessing how long something takes.

/** Polls `probe` until it gives something truthy, and returns that; throws after `deadline` milliseconds. */
export async function waitFor(what, probe, deadline = 10_000) {
  const end = performance.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${deadline} ms for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
