import { Controller, Get } from '@nestjs/common';
import { recentSpans } from '../tracing.js';

@Controller('traces')
export class TracesController {
  /** The newest spans; an app would send them to a collector. */
  @Get()
  list() {
    return recentSpans().map(span => ({
      name: span.name,
      trace: span.spanContext().traceId,
      span: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId ?? null,
      links: span.links.map(({ context }) => context.traceId),
      attributes: span.attributes,
      error: span.status.message ?? null,
    }));
  }
}
