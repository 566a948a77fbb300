import { defineConfig } from 'vitest/config';

const unit = ['client/*/src/**/*.test.ts', 'streamer/src/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [{ test: { name: 'unit', include: unit } }],
  },
});
