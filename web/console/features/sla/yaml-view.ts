import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, WidgetType, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** What is wrong at a place; line and column count from 1. */
export interface Mark {
  line: number;
  column: number;
  message: string;
  isWarning: boolean;
}

export interface YamlView {
  show(text: string): void;
  mark(marks: readonly Mark[]): void;
  lock(isReadonly: boolean): void;
  goTo(line: number, column: number): void;
  describe(attributes: Record<string, string>): void;
  destroy(): void;
}

const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', background: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '24px', overflow: 'auto' },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-gutters': { background: 'var(--surface)', color: 'var(--text-faint)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '32px', padding: '0 8px 0 4px', fontSize: '12px' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'var(--selected)' },
  '.cm-line.cm-wrong': { background: 'var(--danger-subtle)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { background: 'var(--accent-subtle) !important' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-tooltip': { background: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--border)', borderRadius: 'var(--radius-md)', fontFamily: 'var(--font-sans)' },
  '.cm-says': { fontFamily: 'var(--font-sans)', fontSize: 'var(--text-xs)', paddingLeft: '16px', color: 'var(--danger-text)' },
  '.cm-says.cm-advice': { color: 'var(--warning-text)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.content, tags.attributeValue, tags.number], color: 'var(--code-value)' },
  { tag: tags.comment, color: 'var(--text-faint)' },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: 'var(--text-faint)' },
]);

/** The sentence behind a wrong line. The list below the text says the same to those who don't see it. */
class Saying extends WidgetType {
  readonly #mark: Mark;

  constructor(mark: Mark) {
    super();
    this.#mark = mark;
  }

  override eq(other: Saying): boolean {
    return other.#mark.message === this.#mark.message && other.#mark.isWarning === this.#mark.isWarning;
  }

  toDOM(): HTMLElement {
    const said = document.createElement('span');
    said.className = this.#mark.isWarning ? 'cm-says cm-advice' : 'cm-says';
    said.setAttribute('aria-hidden', 'true');
    said.textContent = this.#mark.message;
    return said;
  }
}

const setMarks = StateEffect.define<readonly Mark[]>();
const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    const found = transaction.effects.find((effect) => effect.is(setMarks));
    return found ? decorate(transaction.state.doc, found.value as readonly Mark[]) : shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const lineOf = (doc: Text, { line }: Mark) => doc.line(Math.min(Math.max(1, line), doc.lines));

/** Each line once, with the first sentence about it. */
function decorate(doc: Text, marks: readonly Mark[]): DecorationSet {
  const first = new Map<number, Mark>();
  for (const mark of marks) if (!first.has(lineOf(doc, mark).from)) first.set(lineOf(doc, mark).from, mark);
  return Decoration.set([...first].flatMap(([from, mark]) => {
    const saying = Decoration.widget({ widget: new Saying(mark), side: 1 }).range(doc.lineAt(from).to);
    return mark.isWarning ? [saying] : [Decoration.line({ class: 'cm-wrong' }).range(from), saying];
  }), true);
}

function diagnosticOf(doc: Text, mark: Mark): Diagnostic {
  const line = lineOf(doc, mark);
  const from = Math.min(line.to, line.from + mark.column - 1);
  return { from, to: Math.max(from, line.to), severity: mark.isWarning ? 'warning' : 'error', message: mark.message };
}

/** An editor for YAML in `parent`. Tab leaves it, as it leaves any field; F8 goes to the next mistake. */
export function openYamlView(parent: HTMLElement, text: string, onChange: (text: string) => void): YamlView {
  const attributes = new Compartment();
  const lock = new Compartment();
  const extensions: Extension[] = [
    lineNumbers(), history(), highlightActiveLine(), highlightActiveLineGutter(), lintGutter(), yaml(), syntaxHighlighting(COLOURS), LOOK, markField, attributes.of([]), lock.of([]),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    show(now) {
      if (view.state.doc.toString() !== now) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } });
    },
    mark(marks) {
      view.dispatch({ effects: setMarks.of(marks) });
      view.dispatch(setDiagnostics(view.state, marks.map((mark) => diagnosticOf(view.state.doc, mark))));
    },
    lock: (isReadonly) => view.dispatch({ effects: lock.reconfigure(EditorState.readOnly.of(isReadonly)) }),
    goTo(line, column) {
      const at = lineOf(view.state.doc, { line, column, message: '', isWarning: false });
      const anchor = Math.min(at.to, at.from + column - 1);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    describe: (given) => view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(given)) }),
    destroy: () => view.destroy(),
  };
}
