import type { TestSimulator } from '../../testing/test-simulator.ts'

const APP = '2000000000000001'

/** The handle of a finished upload of this type. */
export async function uploadFile({ graph }: TestSimulator, type: string): Promise<string> {
  const { id } = (await graph('POST', `/${APP}/uploads?file_name=a&file_length=3&file_type=${type}`)).body
  return (await graph('POST', `/${id}`, Buffer.from('abc'), { file_offset: '0' })).body.h
}
