import { useEffect, useState } from 'preact/hooks';
import { readRoute, type Route } from './router.js';

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = () => setHash(location.hash);
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return readRoute(hash);
}
