import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { usageOfProcess } from './process-usage.ts'
import type { Subject } from './subject.ts'

/** nginx, one worker, forwarding to an upstream with TLS over kept connections, checking its certificate. */
export async function startNginx(upstream: string, certificate: string, folder: string): Promise<Subject> {
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  writeFileSync(config, configuration(port, new URL(upstream).port, certificate, folder))
  const child = spawn('nginx', ['-c', config, '-e', 'stderr'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const pid = child.pid
  if (pid === undefined) throw new Error('nginx did not start')
  await reachable(port)
  return {
    name: 'nginx',
    url: `http://127.0.0.1:${port}`,
    key: '',
    usage: async () => usageOfProcess(pid),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const configuration = (port: number, upstreamPort: string, certificate: string, folder: string) => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  upstream meta {
    server 127.0.0.1:${upstreamPort};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass https://meta;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer token";
      proxy_ssl_name localhost;
      proxy_ssl_server_name on;
      proxy_ssl_trusted_certificate ${certificate};
      proxy_ssl_verify on;
      proxy_ssl_protocols TLSv1.3;
    }
  }
}
`

async function reachable(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const there = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nginx does not listen')
}
