import { Empty } from '../parts/empty.js';

export function NoTasks() {
  return (
    <div class="panel">
      <Empty title="There is no task yet">Decorate a method with @Every, @Cron, @At or @Manual.</Empty>
    </div>
  );
}
