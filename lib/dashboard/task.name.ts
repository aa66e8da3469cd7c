import type { PipeTransform } from '@nestjs/common';

/**
 * The name of a task in an address. `.` and `..` cannot be parts of a path, however they are encoded: they come with a `~` before
 * them, as does a name that begins with one.
 */
export const TASK_NAME: PipeTransform<string, string> = { transform: name => name.replace(/^~/, '') };
