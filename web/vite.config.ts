import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// A running `caly demo`; the browser sees one origin, as in the real binary.
const server = process.env.CALY_API ?? 'http://127.0.0.1:8080';
const proxy = { '/api': { target: server }, '^/talk/.': { target: server, ws: true } };

export default defineConfig({
  plugins: [tanstackRouter({ target: 'react', autoCodeSplitting: true }), react(), tailwindcss()],
  server: { proxy },
  preview: { proxy },
  build: { manifest: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    testTimeout: 60_000,
  },
});
