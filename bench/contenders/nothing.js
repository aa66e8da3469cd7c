/** No scheduler: what a process does by itself. */
export default { prepare: () => undefined, register: () => undefined };
