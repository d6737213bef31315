import { Module } from '@nestjs/common';
import { EventStore } from '#event-store';
import { AlertBooks } from './alert-books.js';
import { AlertsController } from './alerts.controller.js';
import { ListAlerts } from './list-alerts.js';

const BOOKS = {
  provide: AlertBooks,
  useFactory: (store: EventStore) => new AlertBooks(store),
  inject: [EventStore],
};

/** Alerts over HTTP. */
@Module({
  controllers: [AlertsController],
  providers: [ListAlerts, BOOKS],
})
export class AlertsModule {}
