import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EventStore } from '#event-store';
import { AlertBooks } from './alert-books.js';
import { AlertsController } from './alerts.controller.js';
import { ListAlertsHandler } from './list-alerts.js';

const BOOKS = {
  provide: AlertBooks,
  useFactory: (store: EventStore) => new AlertBooks(store),
  inject: [EventStore],
};

/** Alerts over HTTP. */
@Module({
  imports: [CqrsModule],
  controllers: [AlertsController],
  providers: [ListAlertsHandler, BOOKS],
})
export class AlertsModule {}
