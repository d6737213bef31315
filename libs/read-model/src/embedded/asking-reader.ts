import {
  ReadModelReader,
  type AggregateQuery,
  type ListQuery,
  type OrderKey,
  type Position,
  type TimelineQuery,
} from '#event-sourcing';
import type { ViewsReading } from './views-reading.js';

/** The questions of a reader, each answered at once by whatever `ask` reads from. */
export abstract class AskingReader extends ReadModelReader {
  /** Answers a question from one moment of the views. */
  protected abstract ask<T>(question: (views: ViewsReading) => T): T;

  async checkpoint() {
    return this.ask((views) => views.progress().checkpoint);
  }

  async counts() {
    return this.ask((views) => views.progress().counts);
  }

  async parked(tenant?: string) {
    return this.ask((views) => views.parked(tenant));
  }

  async tenants() {
    return this.ask((views) => views.tenants());
  }

  async timeline(query: TimelineQuery) {
    return this.ask((views) => views.timeline(query));
  }

  async head(view: string, tenant: string, customer: string) {
    return this.ask((views) => views.head(view, tenant, customer));
  }

  async cells(view: string, tenant: string, customer: string, keys?: readonly string[]) {
    return this.ask((views) => views.cells(view, tenant, customer, keys));
  }

  async snapshotBefore(view: string, tenant: string, customer: string, order: OrderKey) {
    return this.ask((views) => views.snapshotBefore(view, tenant, customer, order));
  }

  async list(view: string, query: ListQuery) {
    return this.ask((views) => views.list(view, query));
  }

  async aggregate(view: string, query: AggregateQuery) {
    return this.ask((views) => views.aggregate(view, query));
  }

  async policies(tenant: string, at?: Position) {
    return this.ask((views) => views.policies(tenant, at));
  }

  async links(tenant: string, customer: string, at?: Position) {
    return this.ask((views) => views.links(tenant, customer, at));
  }

  async customers(tenant: string, after: string, limit: number) {
    return this.ask((views) => views.customers(tenant, after, limit));
  }

  async lastOccurredAt(tenant: string) {
    return this.ask((views) => views.lastOccurredAt(tenant));
  }

  async eventCount(tenant: string) {
    return this.ask((views) => views.eventCount(tenant));
  }

  async policyPending(tenant: string, stamp: string) {
    return this.ask((views) => views.policyPending(tenant, stamp));
  }

  async projections() {
    return this.ask((views) => views.projections(Date.now()));
  }
}
