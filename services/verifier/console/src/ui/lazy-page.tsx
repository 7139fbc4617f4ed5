import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, Loading } from './status.tsx';

/** A page whose code is fetched when it is first shown: what an examiner begins with does not wait for it. */
export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return (props) => {
    const [state, setState] = useState<{ readonly Loaded?: ComponentType<P>; readonly error?: unknown }>(
      loaded === undefined ? {} : { Loaded: loaded },
    );
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (Loaded) => {
          loaded = Loaded;
          setState({ Loaded });
        },
        (error: unknown) => setState({ error }),
      );
    }, []);
    const { Loaded, error } = state;
    if (Loaded !== undefined) return <Loaded {...props} />;
    // A server that was replaced has other files: its page names them.
    if (error !== undefined) return <Failure error={error} again={() => location.reload()} />;
    return <Loading what="the page" />;
  };
}
