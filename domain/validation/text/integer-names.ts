/**
 * Properties whose values are integers in FHIR R4 (integer, unsignedInt, positiveInt): `1.0` and `1e0` are no way to write them,
 * though JSON.parse makes 1 of them. Names are enough: the one that is an integer in one place and a decimal in another, `score` of
 * MolecularSequence.quality.roc, is left out. A test compares the list with the definitions.
 */
export const integerNames: ReadonlySet<string> = new Set(
  [
    'actualNumber allowedUnsignedInt answerInteger axis careTeamSequence coordinateSystem count countMax decimalPrecision',
    'defaultValueInteger defaultValuePositiveInt defaultValueUnsignedInt denominatorCount destination detailInteger',
    'detailSequence diagnosisSequence dimensions doseNumberPositiveInt end fixedInteger fixedPositiveInt fixedUnsignedInt frames',
    'frequency frequencyMax groupSize height index informationSequence itemSequence length limit maxLength maxValueInteger',
    'maxValuePositiveInt maxValueUnsignedInt min minValueInteger minValuePositiveInt minValueUnsignedInt minutesDuration',
    'multipleBirthInteger noteNumber numFN numFP numTP number numberOfInstances numberOfParticipants numberOfRepeatsAllowed',
    'numberOfSeries numberOfStudies numberOfSubunits numberOfUnits numeratorCount offset order origin patternInteger',
    'patternPositiveInt patternUnsignedInt precedence priority procedureSequence quantity rank readCoverage reliableCache',
    'repetitions securityLabelNumber sequence seriesDosesPositiveInt size start subDetailSequence subdetailSequence subunit',
    'supportingInfoSequence targetNumber threshold total usedUnsignedInt valueInteger valuePositiveInt valueUnsignedInt width',
    'windowEnd windowStart',
  ].flatMap((line) => line.split(' ')),
);
