import _RandomTestSupport

/// The numbers of ``_RandomTestSupport``, for tests that import this target only.
public typealias SeededGenerator = _RandomTestSupport.SeededGenerator
