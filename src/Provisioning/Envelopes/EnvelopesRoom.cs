namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Puts enrolment, intake and proofs into the host.</summary>
internal static class EnvelopesRoom
{
    /// <summary>What takes statements and envelopes.</summary>
    public static IServiceCollection AddEnvelopes(this IServiceCollection services) => services.AddSingleton<StatementIntake>();
}
