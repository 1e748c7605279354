using System.Text.Json.Serialization;

namespace Capstan.Backup.Engine;

[JsonSerializable(typeof(string[]))]
internal sealed partial class EngineJson : JsonSerializerContext;
