/** Something that makes a start pointless. Its message is one line that names the cause and the fix. */
export class StartError extends Error {
  override name = 'StartError'
}
