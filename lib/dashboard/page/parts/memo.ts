import { Component, type ComponentChildren, type FunctionComponent } from 'preact';

/** Renders again only when one of its props is another. */
export function memo<P extends object>(view: FunctionComponent<P>) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([key, value]) => before[key] !== value);
    }

    override render(): ComponentChildren {
      return view(this.props as P);
    }
  };
}
