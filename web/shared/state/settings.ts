import { defineStore } from 'pinia';
import { reactive, toRefs, watch } from 'vue';
import { SaveSettingsDocument, type Density, type Locale, type NotificationSettingInput, type Theme, type SaveSettingsInput } from '../../gql/graphql.ts';
import { setLanguage } from '../i18n/index.ts';
import { useCareline } from './careline.ts';

interface Settings {
  locale: Locale;
  theme: Theme;
  density: Density;
  keymap: Record<string, string>;
  notifications: NotificationSettingInput[];
  quietFrom: string | null;
  quietTo: string | null;
  /** 0: a reply is sent at once. */
  undoSendSeconds: number;
}

const KEY = 'careline.look';

function remembered(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
  } catch {
    return {};
  }
}

function ownLocale(): Locale {
  return /^en/i.test(navigator.language) ? 'EN' : 'ZH_CN';
}

function show(settings: Settings): void {
  const root = document.documentElement;
  setLanguage(settings.locale);
  if (settings.theme === 'SYSTEM') delete root.dataset['theme'];
  else root.dataset['theme'] = settings.theme.toLowerCase();
  root.dataset['density'] = settings.density.toLowerCase();
}

/** The agent's own settings: shown at once, kept on the server, the look also on the device for the sign-in page. */
export const useSettings = defineStore('settings', () => {
  const settings = reactive<Settings>({
    locale: ownLocale(), theme: 'SYSTEM', density: 'COMFORTABLE', keymap: {}, notifications: [], quietFrom: null, quietTo: null, undoSendSeconds: 0, ...remembered(),
  });
  show(settings);

  watch(() => [settings.locale, settings.theme, settings.density], () => {
    show(settings);
    const { locale, theme, density } = settings;
    localStorage.setItem(KEY, JSON.stringify({ locale, theme, density }));
  });

  function take(served: Partial<Record<keyof Settings, unknown>> | null | undefined): void {
    if (!served) return;
    for (const key of Object.keys(settings) as Array<keyof Settings>) {
      if (served[key] !== undefined) (settings as Record<string, unknown>)[key] = served[key];
    }
  }

  /** Shows a change at once and keeps it; answers with the reason when it was refused. */
  async function save(change: Partial<SaveSettingsInput>): Promise<string | null> {
    const before = { ...settings };
    take(change);
    const { saveSettings } = await useCareline().api.mutate(SaveSettingsDocument, { input: change });
    const refusal = saveSettings.userErrors[0]?.message ?? null;
    take(refusal ? before : saveSettings.settings);
    return refusal;
  }

  return { ...toRefs(settings), take, save };
});
