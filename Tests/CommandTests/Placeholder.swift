import TestSupport
import Testing

@Test func placeholder() {}
