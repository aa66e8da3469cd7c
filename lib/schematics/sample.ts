export const SAMPLE_CLASS = 'SampleTasks';

/** Without its extension. */
export const SAMPLE_FILE = 'sample.tasks';

export const SAMPLE_TEXT = `import { Injectable } from '@nestjs/common';
import { Every, type TaskContext } from 'nestjs-sts';

@Injectable()
export class SampleTasks {
  @Every('10s')
  greet({ dueAt, logger }: TaskContext) {
    logger.log(\`due at \${new Date(dueAt).toISOString()}\`);
  }
}
`;
