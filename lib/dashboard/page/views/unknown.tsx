import { Empty } from '../parts/empty.js';
import { PageHead } from './page.head.js';

export function Unknown() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty title="Nothing is at this address">
        <a href="#/">Go to the overview</a>
      </Empty>
    </>
  );
}
