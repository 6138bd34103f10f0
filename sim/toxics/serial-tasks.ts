/** Runs tasks one after the other; a failed task does not stop the next. */
export class SerialTasks {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as `task` does, after all earlier ones. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
