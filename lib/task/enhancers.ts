/** Which of Nest's guards, interceptors and exception filters run around a task's handler. */
export type Enhancers = 'auto' | 'none' | 'all';

export const ENHANCERS = ['auto', 'none', 'all'] as const satisfies readonly Enhancers[];
