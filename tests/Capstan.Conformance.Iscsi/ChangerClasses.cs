using Capstan.Conformance.Smc;

namespace Capstan.Conformance.Iscsi;

public sealed class ChangerInquiry(IscsiChangerTarget target) : ChangerInquiryConformance(target);

public sealed class MoveMedium(IscsiChangerTarget target) : MoveMediumConformance(target);

public sealed class ReadElementStatus(IscsiChangerTarget target) : ReadElementStatusConformance(target);
