import { useEffect, useState } from 'preact/hooks';
import type { Cell } from './cell.js';

export function useCell<T>(cell: Cell<T>): T {
  const [value, setValue] = useState(() => cell.get());
  useEffect(() => {
    const update = () => setValue(() => cell.get());
    update();
    return cell.listen(update);
  }, [cell]);
  return value;
}
