/** Whether local time lies in the quiet hours, which may run over midnight. */
export function isQuiet(now: Date, from: string | null, to: string | null): boolean {
  if (!from || !to || from === to) return false;
  const time = `${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`;
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/** Two short soft tones. Silent where the browser allows no sound before the first click. */
export function playSound(): void {
  try {
    const audio = new AudioContext();
    [[880, 0], [1_175, 0.12]].forEach(([pitch, start]) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch!;
      volume.gain.setValueAtTime(0.08, audio.currentTime + start!);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start! + 0.18);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + start!);
      tone.stop(audio.currentTime + start! + 0.2);
    });
    setTimeout(() => { void audio.close(); }, 600);
  } catch { /* No sound device: the notice is on screen. */ }
}
