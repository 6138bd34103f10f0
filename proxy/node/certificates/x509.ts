// The library needs this polyfill to be evaluated before it: import it from here, never directly.
import 'reflect-metadata';

export * from '@peculiar/x509';
