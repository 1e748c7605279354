using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>Turns a CDB into words for people: <c>LOCATE(16) object 4711</c>. Must not throw on unknown commands.</summary>
public delegate string CdbDescriber(in Cdb cdb);
