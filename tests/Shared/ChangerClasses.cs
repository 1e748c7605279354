using Capstan.Conformance.Smc;

namespace Capstan.Conformance.Judged;

// Compiled into each project that has a media changer to judge; its project file says which one ChangerTarget is.

public sealed class ChangerControl(ChangerTarget target) : ChangerControlConformance(target);

public sealed class ChangerInquiry(ChangerTarget target) : ChangerInquiryConformance(target);

public sealed class ElementRanges(ChangerTarget target) : ElementRangesConformance(target);

public sealed class ExchangeMedium(ChangerTarget target) : ExchangeMediumConformance(target);

public sealed class MoveMedium(ChangerTarget target) : MoveMediumConformance(target);

public sealed class ReadElementStatus(ChangerTarget target) : ReadElementStatusConformance(target);
