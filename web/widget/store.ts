/**
 * What the device keeps between page loads, under the channel's key. Falls back to memory
 * where the browser blocks storage, and says so, because the visit then ends with the page.
 */
export class DeviceStore {
  readonly #prefix: string;
  readonly #memory = new Map<string, string>();
  readonly isBlocked: boolean;

  constructor(channelKey: string) {
    this.#prefix = `careline.${channelKey}.`;
    this.isBlocked = !DeviceStore.#works();
  }

  static #works(): boolean {
    try {
      localStorage.setItem('careline.probe', '1');
      localStorage.removeItem('careline.probe');
      return true;
    } catch {
      return false;
    }
  }

  get<T>(name: string): T | null {
    const text = this.isBlocked ? this.#memory.get(name) : localStorage.getItem(this.#prefix + name);
    return text ? (JSON.parse(text) as T) : null;
  }

  set(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (this.isBlocked) this.#memory.set(name, text);
    else localStorage.setItem(this.#prefix + name, text);
  }

  remove(name: string): void {
    this.#memory.delete(name);
    if (!this.isBlocked) localStorage.removeItem(this.#prefix + name);
  }
}
